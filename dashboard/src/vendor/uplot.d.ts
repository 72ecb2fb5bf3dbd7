// As preact.d.ts, for assets/vendor/uplot.js.
export { default } from "uplot";
