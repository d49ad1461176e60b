// Where what stands in a tab is not the answer to what was asked or typed last, as widgets.css shows it.
const DIMMED = ".answer:has(.notice):not(:has(.empty))";
const TYPING = ".typing-note:not(:empty)"; // words wait for a pause
const COMING = '.thinking > [data-testid="status-tracker"]:not(.hide)';
