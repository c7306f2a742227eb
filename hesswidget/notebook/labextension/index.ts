/** The extension of JupyterLab and Notebook 7. */
import { exploreFunction } from "./explore_function";
import { newExplorer } from "./new_explorer";
import { savedOutputs } from "./saved_outputs";
import { tutorials } from "./tutorials";

export default [savedOutputs, tutorials, newExplorer, exploreFunction];
