/**
 * The file system of a guest: Emscripten keeps it in JavaScript, out of reach of the memory image
 * that each program starts from, so nothing in it may change.
 *
 * @module
 */

/** What is used of an open file of Emscripten. */
interface FileStream {
  fd: number | null;
  position: number;
  flags: number;
  stream_ops: unknown;
}

/** What is used of the FS of Emscripten. */
export interface EmscriptenFS extends Record<string, unknown> {
  readonly ErrnoError: new (errno: number) => Error;
  readonly streams: (FileStream | null)[];
  open(path: string, flags: number | string, mode?: number): FileStream;
  read(
    stream: FileStream,
    into: Int8Array,
    at: number,
    length: number,
    position?: number,
  ): number;
  createStream(stream: FileStream, fd?: number): FileStream;
  createDevice(
    parent: string,
    name: string,
    input: (() => number | null) | null,
    output: ((byte: number) => void) | null,
  ): unknown;
}

/** The pipe of a guest: descriptor 3, for its job and its frames. */
export interface GuestPipe {
  /** What is read; the guest takes it from the start. */
  job: Uint8Array;
  /** Called with a copy of what is written. */
  onFrames(bytes: Uint8Array<ArrayBuffer>): void;
}

/** Called with where something has been read into the interpreter's memory. */
export type OnRead = (address: number, length: number) => void;

/** EACCES in Emscripten's numbering, what Landlock answers too. */
const EACCES = 2;
/** EBADF likewise: what a fork of the `python` engine gets for its standard streams. */
const EBADF = 8;
/** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC and O_APPEND. */
const WRITING = 1 | 2 | 0o100 | 0o1000 | 0o2000;

/** Most that is taken at once of what a program writes. */
const MAX_WRITE_BYTES = 1 << 16;

const REFUSED = [
  ...["mkdir", "mkdirTree", "mknod", "mkdev", "symlink", "rename", "rmdir", "unlink", "readdir"],
  ...["readlink", "chmod", "lchmod", "fchmod", "chown", "lchown", "fchown", "truncate", "utime"],
  ...["ftruncate", "chdir", "mount", "unmount", "writeFile", "allocate", "mmap", "createNode"],
  ...["dupStream", "createDevice", "createDataFile", "createLazyFile", "createPath", "syncfs"],
];

/**
 * Opens the pipe as descriptor 3, cuts the standard streams and then freezes all: only `library` can
 * be opened, for reading.
 * @returns a function that sets every descriptor back to how it is now
 */
export function freezeFiles(
  fs: EmscriptenFS,
  library: string,
  pipe: GuestPipe,
  onRead: OnRead,
): () => void {
  fs.createDevice("/dev", "soar", () => null, () => {});
  const stream = fs.open("/dev/soar", "r+");
  stream.stream_ops = {
    read(_stream: FileStream, into: Int8Array, offset: number, length: number): number {
      const part = pipe.job.subarray(0, length);
      pipe.job = pipe.job.subarray(part.length);
      into.set(part, offset);
      return part.length;
    },
    write(_stream: FileStream, from: Int8Array, offset: number, length: number): number {
      const size = Math.min(length, MAX_WRITE_BYTES);
      pipe.onFrames(new Uint8Array(from.buffer, from.byteOffset + offset, size).slice());
      return size;
    },
  };
  const closed = () => {
    throw new fs.ErrnoError(EBADF);
  };
  const standard = { read: closed, write: closed };
  for (const fd of [0, 1, 2]) fs.streams[fd]!.stream_ops = standard;
  const deny = () => {
    throw new fs.ErrnoError(EACCES);
  };
  let opening = false;
  const { open, createStream, read } = fs;
  fs.read = (stream, into, at, length, position) => {
    const size = read(stream, into, at, length, position);
    onRead(at, size);
    return size;
  };
  fs.open = (path, flags, mode) => {
    if (path !== library || typeof flags !== "number" || (flags & WRITING) !== 0) return deny();
    opening = true;
    try {
      return open(path, flags, mode);
    } finally {
      opening = false;
    }
  };
  fs.createStream = (stream, fd) => opening ? createStream(stream, fd) : deny();
  for (const name of REFUSED) fs[name] = deny;
  const kept = fs.streams.map((stream) =>
    stream && { stream, position: stream.position, flags: stream.flags, ops: stream.stream_ops }
  );
  return () => {
    fs.streams.length = kept.length;
    for (const [fd, entry] of kept.entries()) {
      fs.streams[fd] = entry && entry.stream;
      if (entry === null) continue;
      entry.stream.fd = fd;
      entry.stream.position = entry.position;
      entry.stream.flags = entry.flags;
      entry.stream.stream_ops = entry.ops;
    }
  };
}
