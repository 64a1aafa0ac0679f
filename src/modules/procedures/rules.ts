export * from './check.ts';
export * from './shape.ts';
export * from './walk.ts';
