// Tells the shop who is at the classic checkout, when a field is completed and
// before the form is submitted. The block checkout tells it by itself.
(function () {
	'use strict';
	const config = window.cartographCheckout;
	const fields = { email: 'billing_email', phone: 'billing_phone', first_name: 'billing_first_name', last_name: 'billing_last_name', country: 'billing_country' };
	const box = 'cartograph_reminders';
	if (!config) {
		return;
	}
	let last = '';
	document.addEventListener('change', function (event) {
		const names = Object.keys(fields).filter(function (name) { return fields[name] === event.target.id; });
		if (names.length === 0 && event.target.name !== box) {
			return;
		}
		const body = new URLSearchParams({ nonce: config.nonce });
		Object.keys(fields).forEach(function (name) {
			const input = document.getElementById(fields[name]);
			if (input) {
				body.set(name, input.value);
			}
		});
		// An answer is told once the shopper touched the box, not before.
		if (event.target.name === box) {
			body.set('reminders', event.target.checked ? '1' : '0');
		}
		if (body.toString() === last) {
			return;
		}
		last = body.toString();
		fetch(config.url, { method: 'POST', body: body, credentials: 'same-origin', keepalive: true }).catch(function () { last = ''; });
	});
})();
