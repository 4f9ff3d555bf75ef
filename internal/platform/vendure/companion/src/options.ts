/** Under this token the options are injected. */
export const OPTIONS = Symbol('CARTOGRAPH_OPTIONS');
