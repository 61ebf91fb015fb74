/**
 * The size of a folder on disk.
 *
 * @module
 */

/**
 * Bytes of the files in a folder and the folders in it; symbolic links are not followed, and what
 * vanishes meanwhile does not count. A folder that is not there is empty.
 */
export function folderBytes(path: string): number {
  let bytes = 0;
  try {
    for (const entry of Deno.readDirSync(path)) {
      const inside = `${path}/${entry.name}`;
      if (entry.isDirectory) bytes += folderBytes(inside);
      else if (entry.isFile) bytes += fileBytes(inside);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return bytes;
}

function fileBytes(path: string): number {
  try {
    return Deno.lstatSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
