// Puts the licenses of what the extension carries beside it.
import { copyFileSync, writeFileSync } from "node:fs";
import { licensesOf } from "../../frontend/licenses.mjs";

const OUT = "../../labextension/static";
const parser = ["common", "lr", "python"].map((name) => `node_modules/@lezer/${name}`);
writeFileSync(`${OUT}/third-party-licenses.txt`, licensesOf(parser));
copyFileSync("../../static/third-party-licenses.txt", `${OUT}/third-party-licenses-of-the-front-end.txt`);
