/** Lets everything that is ready to go on do so: promise reactions only, no timers. */
export async function ticks(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}

/** Whether `promise` is unsettled once everything ready has gone on. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settle = () => {
    pending = false;
  };
  promise.then(settle, settle);
  await ticks();
  return pending;
}
