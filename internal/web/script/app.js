// htmx drives partial updates where a page asks for them; nothing on the
// public pages depends on it. No inline styles and no eval: the content
// security policy allows neither.
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
