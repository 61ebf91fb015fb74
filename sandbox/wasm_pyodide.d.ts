/** The interpreter of Pyodide, which ships without types. */
declare function createPyodideModule(settings: unknown): Promise<unknown>;
export default createPyodideModule;
