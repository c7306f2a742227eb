/** The extension of JupyterLab and Notebook 7. */
import { exploreFunction } from "./explore_function";
import { launcher } from "./launcher";
import { savedOutputs } from "./saved_outputs";

export default [savedOutputs, launcher, exploreFunction];
