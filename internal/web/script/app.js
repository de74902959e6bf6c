// htmx drives partial updates where a page asks for them by hx- attributes;
// every page works without it. The content security policy allows neither
// inline styles nor eval, and htmx keeps nothing of a page in the browser.
import htmx from "htmx.org";
import "./keys.js";
import "./queue.js";
import "./autosave.js";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
