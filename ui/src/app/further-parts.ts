/** What is read when the window has painted. */
export { default as FurtherRoutes } from './FurtherRoutes.svelte';
export { default as Layers } from './Layers.svelte';
export { default as RosterDialog } from '../screens/roster/RosterDialog.svelte';
export { default as PickPayees } from '../screens/runs/PickPayees.svelte';
export { default as TroubleScreen } from '../screens/trouble/TroubleScreen.svelte';
export { default as WelcomeScreen } from '../screens/welcome/WelcomeScreen.svelte';
