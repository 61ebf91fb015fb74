/**
 * The file system of a guest: Emscripten keeps it in JavaScript, out of reach of the memory image
 * that each program starts from, so nothing in it may change.
 *
 * @module
 */

/** What is used of a file of Emscripten. */
interface FileNode {
  stream_ops: Record<string, unknown>;
  node_ops: Record<string, unknown>;
  contents: unknown;
  usedBytes: number;
}

/** What is said of a file; its times are dates. */
interface FileStatus {
  atime: Date;
  mtime: Date;
  ctime: Date;
}

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
  write(stream: FileStream, ...rest: unknown[]): number;
  createStream(stream: FileStream, fd?: number): FileStream;
  lookupPath(path: string): { readonly node: FileNode };
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
/**
 * All that an open may ask for besides reading: O_CLOEXEC and O_LARGEFILE. A list of what may not be
 * would miss some: Emscripten takes a file opened by O_PATH for one that can be written.
 */
const HARMLESS = 0o2000000 | 0o100000;
/** What each file says of its times, in ms; as the clock that programs see starts. */
const FILE_TIME_MS = 1_700_000_000_000;

/** Most that is taken at once of what a program writes. */
const MAX_WRITE_BYTES = 1 << 16;

const REFUSED = [
  ...["mkdir", "mkdirTree", "mknod", "mkdev", "symlink", "rename", "rmdir", "unlink", "readdir"],
  ...["readlink", "chmod", "lchmod", "fchmod", "chown", "lchown", "fchown", "truncate", "utime"],
  ...["ftruncate", "chdir", "mount", "unmount", "writeFile", "allocate", "mmap", "msync"],
  "createNode",
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
  const { node } = fs.lookupPath(library);
  // Below everything that asks for permission: there is nothing that would change it.
  const { read: readNode, llseek } = node.stream_ops;
  node.stream_ops = { read: readNode, llseek };
  node.node_ops = { getattr: node.node_ops.getattr };
  const { contents, usedBytes } = node;
  for (const name of ["stat", "lstat", "fstat"]) {
    const status = fs[name] as (...args: unknown[]) => FileStatus;
    fs[name] = (...args: unknown[]) => {
      const time = new Date(FILE_TIME_MS);
      return Object.assign(status(...args), { atime: time, mtime: time, ctime: time });
    };
  }
  let opening = false;
  const { open, createStream, read, write } = fs;
  fs.write = (to, ...rest) => to === stream || to.fd! < 3 ? write(to, ...rest) : deny();
  fs.read = (stream, into, at, length, position) => {
    const size = read(stream, into, at, length, position);
    onRead(at, size);
    return size;
  };
  fs.open = (path, flags, mode) => {
    if (path !== library || typeof flags !== "number" || (flags & ~HARMLESS) !== 0) return deny();
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
    [node.contents, node.usedBytes] = [contents, usedBytes];
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
