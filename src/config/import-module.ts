/** `import()` of a user's own module. The bundled command line can't do it itself: code that was kept compiled has lost Node's callback for it. */
type Importer = (url: string) => Promise<object>;

let importer: Importer = (url) => import(url);

export function importWith(other: Importer): void {
  importer = other;
}

export function importModule(url: string): Promise<object> {
  return importer(url);
}
