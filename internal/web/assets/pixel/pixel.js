// The storefront pixel: what a shop's own pages tell Cartograph.
//
//   <script async src="https://cartograph.example/pixel.js" data-shop="SHOP"></script>
//
// This is the readable source. `make assets` makes ../files/pixel.js of it,
// which is what is served, under 3 KB packed. It has no dependency, sets no
// cookie, writes nothing into the page, and keeps nothing in the browser before
// its person said yes, but that they said no. Whatever goes wrong in here stays in here.
(() => {
  const page = window, doc = document, nav = navigator, on = (target, name, then) => target.addEventListener(name, then, { passive: true, capture: true });
  const tag = doc.currentScript;
  // A browser that is driven by a program says so; what it does is nobody's behaviour.
  if (!tag || nav.webdriver) return;
  const door = new URL("p/" + tag.dataset.shop, tag.src).href;

  // ---- What is known ------------------------------------------------------

  // mode is what the shop asks us to wait for: "required" or "assumed".
  let mode;
  // given is the person's answer: true, false, or undefined for none yet.
  let given;
  // visitor is the id of this browser while we may run, else undefined.
  let visitor;
  // waiting are the things to send; spent counts all that this page view told.
  let waiting = [], spent = 0;
  // view is the id of this page view, path its path, depth the quarters seen of it.
  let view, path, depth;

  const random = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => (b + 256).toString(16).slice(1)).join("");

  // The one thing that is kept in the browser: after a yes (or where the shop asks for none) the
  // visitor's id, after "y" for a yes that was given or "a" for one that was assumed. After a no
  // "n" and nothing else, so that it is still a no on the next page.
  const KEY = "cartograph";
  const store = (id) => {
    // A page may be forbidden to keep anything; then the visitor lasts as long as the page.
    try {
      if (id === undefined) return localStorage.getItem(KEY);
      id ? localStorage.setItem(KEY, id) : localStorage.removeItem(KEY);
    } catch {}
  };

  // ---- Telling ------------------------------------------------------------

  // tell notes a thing. A page view tells 400 things at most.
  const tell = (kind, more) => {
    if (visitor && spent < 400) {
      waiting.push({ k: kind, p: view, s: spent++, u: path, at: Date.now(), ...more });
      if (waiting.length > 19) send();
    }
  };

  // send posts what waits. A beacon outlives the page; text needs no preflight.
  const send = () => {
    readLayer();
    if (!visitor || !waiting.length) return;
    const now = Date.now();
    const body = JSON.stringify({
      v: 1, i: visitor, w: page.innerWidth, m: nav.maxTouchPoints,
      e: waiting.splice(0, 50).map(({ at, ...thing }) => ({ a: now - at, ...thing })),
    });
    // A browser may have no beacon, refuse one, or have one that something broke.
    try {
      if (nav.sendBeacon(door, body)) return;
    } catch {}
    fetch(door, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
  };

  // ---- Consent ------------------------------------------------------------

  // A browser may say "do not track me" by itself. Then nothing is assumed, and in required
  // mode it is a no, whatever a banner says.
  const objects = nav.globalPrivacyControl || nav.doNotTrack == 1;
  // answer takes a yes or a no.
  const answer = (yes) => {
    given = yes && !(mode == "required" && objects);
    if (given) return start();
    hold();
    store(yes ? "" : "n");
  };
  // In a frame a page only passes answers on, by what it keeps: what is looked at is the page
  // around it, and on another site's page it would not know of a no.
  const framed = page != page.top;
  // hold waits for a yes that may still come.
  const hold = () => {
    given = false;
    stop();
  };
  const stop = () => {
    visitor = last = undefined;
    waiting = [];
  };
  // resume goes on where an earlier page had a yes, or where none is waited for and none said no.
  const resume = () => {
    const kept = store() || "";
    if (kept[0] == "y") answer(true);
    else if (kept == "n") given = false;
    else if (mode == "assumed" && !objects && !framed) start();
  };
  const start = () => {
    const id = visitor || store()?.slice(1) || random(16);
    store((given ? "y" : "a") + id);
    // Where nothing can be kept a no could not be either: there only a yes will do.
    if (visitor || framed || !(given || store())) return;
    visitor = id;
    opened();
  };
  // again goes by what another page kept meanwhile: a no, a yes, or nothing any more.
  const again = () => {
    stop();
    store() && resume();
  };

  // ---- Pages --------------------------------------------------------------

  // opened tells of a page, also when a single-page shop only changes its address.
  const opened = () => {
    view = random(6);
    path = location.pathname;
    spent = depth = 0;
    let from = "";
    try {
      from = new URL(doc.referrer).host;
    } catch {}
    tell("page", { n: from == location.host ? "" : from });
    const name = doc.body.className;
    // Product pages of Shopify and WooCommerce, or any that says so of itself.
    const product = page.ShopifyAnalytics?.meta?.product?.id || (/single-product/.test(name) && /postid-(\d+)/.exec(name)?.[1]);
    const kind = doc.querySelector('meta[property="og:type"]');
    if (product || kind?.content == "product") tell("product", { d: product || "", n: doc.querySelector('meta[property="og:title"]')?.content });
    if (/checkout/.test(path + name)) tell("checkout", { n: "checkout" });
    if (/\/(cart|basket|checkout)/.test(path) || /woocommerce_items_in_cart/.test(doc.cookie)) readCart();
  };
  // moved notices that the address changed.
  const moved = () => visitor && path != location.pathname && (send(), opened());
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function () {
      original.apply(this, arguments);
      setTimeout(moved);
    };
  }
  on(page, "popstate", () => setTimeout(moved));
  // A page that was kept and comes back is seen anew. What was said on another page
  // meanwhile counts. Where nothing can be kept, this page alone knows.
  on(page, "pageshow", ({ persisted }) => {
    if (persisted && mode) store() === undefined ? visitor && opened() : again();
  });
  // So does what is said in another window while this one is open.
  on(page, "storage", ({ key, newValue }) => {
    if (mode && (!key || key == KEY) && !(visitor && newValue?.slice(1) == visitor)) again();
  });
  on(doc, "visibilitychange", send);
  on(page, "pagehide", send);

  // ---- Scrolling, clicking, typing ----------------------------------------

  on(page, "scroll", () => {
    const seen = Math.min(4, Math.floor(((page.scrollY + page.innerHeight) / doc.documentElement.scrollHeight) * 4 + 0.02));
    while (visitor && depth < seen) tell("scroll", { y: ++depth });
  });

  // where gives an element's place in the page by tags, ids and counts: no text, no values.
  const where = (element) => {
    let out = "";
    for (let i = 0; element && element != doc.body && i < 5; i++, element = element.parentElement) {
      let n = 1;
      for (let before = element; (before = before.previousElementSibling); ) n += before.localName == element.localName;
      const id = /^[a-z_-]{1,30}$/i.test(element.id) ? "#" + element.id : n > 1 ? ":" + n : "";
      out = element.localName + id + (out && ">" + out);
      if (id[0] == "#") break;
    }
    return out;
  };
  on(doc, "click", (e) =>
    tell("click", { x: Math.round((e.pageX / doc.documentElement.scrollWidth) * 1000), y: Math.round(e.pageY), t: where(e.target) }));

  // A completed email or phone field, once somebody said yes. Never a password,
  // a card or a hidden field: only what says of itself that it is the one or the other.
  on(doc, "change", ({ target: field }) => {
    const says = [field.type, field.autocomplete, field.name, field.id].join(" ");
    if (!field.value || /pass|hidden|\bcc-|card|cvv|cvc|iban|secur|search/i.test(says)) return;
    if (/e-?mail/i.test(says) && /^\S+@\S+\.\S+$/.test(field.value)) identify({ email: field.value });
    else if (/^tel\b|phone|mobile/i.test(says) && field.value.replace(/\D/g, "").length > 6) identify({ phone: field.value });
  });
  const identify = (who) => given && tell("identify", { email: who.email, phone: who.phone });

  // ---- Carts --------------------------------------------------------------

  // tellCart tells of contents; of those that are as they were last, nothing.
  let last;
  const tellCart = (kind, cart) => {
    const text = JSON.stringify(cart);
    if (kind == "cart" && text == last) return;
    last = text;
    tell(kind, { c: cart });
  };

  // The shop's own address of its cart, on this very origin: Shopify's, or WooCommerce's store API.
  const wordpress = () => doc.querySelector('link[rel="https://api.w.org/"]');
  const isWoo = () => wordpress() && (page.wc_cart_fragments_params || page.wc_add_to_cart_params || /woocommerce/.test(doc.body.className));
  const readCart = async () => {
    const shopify = page.Shopify, address = shopify ? (shopify.routes?.root || "/") + "cart.js" : isWoo() && wordpress().href + "wc/store/v1/cart";
    if (!address || !visitor) return;
    try {
      const cart = await (await fetch(address)).json();
      const unit = 10 ** (shopify ? 2 : cart.totals.currency_minor_unit);
      tellCart("cart", {
        k: cart.token, c: cart.currency || cart.totals?.currency_code,
        i: cart.items.map((i) => ({
          d: i.product_id || i.id, v: i.variant_id, n: i.product_title || i.name, q: i.quantity, p: (i.final_price ?? i.prices?.price) / unit,
        })),
      });
    } catch {}
  };
  // A change of the cart is a request of the page's own script; the browser lists those.
  let soon;
  try {
    new PerformanceObserver((list) => {
      if (list.getEntries().some((e) => /\/cart\/(add|change|update|clear)|wc-ajax=(add_to|remove_from|get_ref)|\/wc\/store\/(v\d\/)?(cart\/|batch)/.test(e.name))) {
        clearTimeout(soon);
        soon = setTimeout(readCart, 300);
      }
    }).observe({ type: "resource", buffered: true });
  } catch {}

  // ---- The data layer of Google's tags ------------------------------------

  // readLayer reads what was pushed since the last time: GA4's e-commerce events,
  // and the answers of Google's consent mode. It is read and never touched.
  let read = 0;
  const readLayer = () => {
    const layer = page.dataLayer || [];
    if (read > layer.length) read = 0;
    while (mode && read < layer.length) {
      try {
        entry(layer[read++]);
      } catch {}
    }
  };
  const entry = (e) => {
    const [verb, name, more] = e.event ? ["event", e.event, e.ecommerce] : [e[0], e[1], e[2]];
    const said = verb == "consent" && more.analytics_storage;
    // A default is not an answer yet: a banner asks now.
    if (said == "denied" && name == "default") hold();
    else if (said && name == "update") answer(said == "granted");
    if (verb != "event" || !more || !visitor) return;
    const items = (more.items || []).map((i) => ({ d: i.item_id, v: i.item_variant, n: i.item_name, q: i.quantity, p: i.price }));
    const cart = { c: more.currency, i: items };
    const own = page.Shopify || isWoo();
    if (name == "view_item") tell("product", { d: items[0]?.d, n: items[0]?.n });
    else if (/^(begin_checkout|add_(shipping|payment)_info)$/.test(name)) tell("checkout", { n: name });
    else if (name == "purchase") tell("order");
    // Where the shop's own cart can be read, that says more.
    if (!own && /^(view_cart|begin_checkout)$/.test(name)) tellCart("cart", cart);
    if (!own && name == "purchase") tellCart("cart", { i: [] });
    const change = /^(add|remove)_\w+_cart$/.exec(name);
    if (!own && change) tellCart(change[1], cart);
  };

  // ---- The page's own words -----------------------------------------------

  // cartograph("consent", "yes" | "no"), cartograph("identify", {email, phone}), cartograph("track", name, properties)
  const early = (page.cartograph && page.cartograph.q) || [];
  const words = {
    consent: (yes) => answer(yes == "yes"),
    identify,
    track: (name, properties) => tell("track", { n: name, o: properties }),
  };
  const heard = [];
  page.cartograph = (word, ...said) => (mode ? words[word]?.(...said) : heard.push([word, ...said]));

  // ---- Beginning ----------------------------------------------------------

  const begin = (asked) => {
    if (asked.consent == "off") return;
    mode = asked.consent;
    readLayer();
    // Shopify's customer privacy and the WP consent API: their answer now, once they are there, and when it changes.
    const shopify = () => {
      const said = page.Shopify?.customerPrivacy?.currentVisitorConsent?.()?.analytics;
      if (said) answer(said == "yes");
    };
    const wp = () => {
      const type = page.wp_consent_type;
      if (!type || !page.wp_has_consent) return;
      const may = page.wp_has_consent("statistics"), asks = type != "optout";
      // Where it asks, "may not" is a no or no answer yet; where it does not ask, "may" is no answer.
      if (may == asks) answer(may);
      else if (asks) {
        hold();
        if (store() != "n") store("");
      }
    };
    shopify();
    wp();
    on(doc, "shopifyCustomerPrivacyApiLoaded", shopify);
    on(doc, "visitorConsentCollected", (e) => answer(e.detail.analyticsAllowed));
    on(doc, "wp_consent_type_defined", wp);
    on(doc, "wp_listen_for_consent_change", (e) => e.detail.statistics && answer(e.detail.statistics == "allow"));
    // A yes of an earlier page counts until a no.
    if (given === undefined) resume();
    [...early, ...heard].forEach((said) => page.cartograph(...said));
    setInterval(send, 3000);
  };
  const ask = () => fetch(door, { credentials: "omit" }).then((r) => r.json()).then(begin).catch(() => {});
  // A page that is made ready ahead of time is not seen by anybody yet.
  doc.prerendering ? on(doc, "prerenderingchange", ask) : ask();
})();
