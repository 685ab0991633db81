export function watchSources(_: object): void {}
