// The types of assets/vendor/preact.js, which the build copies from the package: browsers resolve no bare name, and an
// import map would be a script in the page, which the content security policy refuses.
export * from "preact";
