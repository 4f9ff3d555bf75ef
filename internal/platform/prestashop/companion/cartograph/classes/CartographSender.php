<?php
/**
 * Signs and posts.
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

class CartographSender
{
    const VERSION = '1.0.0';

    /** @var callable|null stands in for the network where there is none: in tests */
    public static $network;

    /** Whether there is somewhere to post to and something to sign with. */
    public static function ready()
    {
        return '' !== (string) Configuration::get('CARTOGRAPH_URL') && '' !== (string) Configuration::get('CARTOGRAPH_SECRET');
    }

    public static function sign($body, $secret)
    {
        return 'sha256=' . hash_hmac('sha256', $body, $secret);
    }

    /** Tells what is due and gives how many things were. */
    public static function work($limit)
    {
        $rows = CartographQueue::take($limit);
        foreach ($rows as $row) {
            self::tell($row);
        }

        return count($rows);
    }

    private static function tell(array $row)
    {
        $message = self::message($row);
        $hash = $message ? sha1((string) json_encode(self::lasting($message))) : '';
        if (!$message || $hash === $row['hash']) {
            // It is gone, nothing is to be said of it, or it was told as it is.
            CartographQueue::done($row, $hash);

            return;
        }
        $status = self::post($message);
        if (($status >= 200 && $status < 300) || in_array($status, [400, 413, 422], true)) {
            $said = isset($message['customer']['newsletter']) ? ['source' => $message['customer']['newsletter']['answer'] ? 'yes' : 'no'] : [];
            CartographQueue::done($row, $hash, $said);
            self::remember($message);
        } else {
            CartographQueue::again($row);
        }
        if ($status < 200 || $status >= 300) {
            PrestaShopLogger::addLog('Cartograph did not take a ' . $row['kind'] . '; its answer was ' . $status . '.', 2);
        }
    }

    /** What of a message tells it from the one before: neither its revision nor a time. */
    private static function lasting(array $message)
    {
        foreach (['cart', 'order'] as $of) {
            unset($message[$of]['revision'], $message[$of]['date_upd']);
        }

        return $message;
    }

    /** Notes who said yes, so that a later no is told. */
    private static function remember(array $message)
    {
        foreach (['cart', 'order'] as $of) {
            $customer = isset($message[$of]['customer']) ? $message[$of]['customer'] : null;
            $known = $customer ? CartographQueue::find('customer', $customer['id_customer']) : null;
            if ($customer && $customer['newsletter'] && $customer['newsletter']['answer'] && (!$known || 'yes' !== $known['source'])) {
                CartographQueue::mark('customer', $customer['id_customer'], ['source' => 'yes']);
            }
        }
    }

    /** Makes the message of a row, or null where there is nothing to tell. */
    private static function message(array $row)
    {
        $id = (int) $row['id'];
        if ('cart' === $row['kind']) {
            $cart = new Cart($id);

            // A cart that became an order is told by the order.
            return Validate::isLoadedObject($cart) && !$cart->orderExists() ? ['topic' => 'cart.saved', 'cart' => CartographBody::cart($cart, $row)] : null;
        }
        if ('order' === $row['kind']) {
            $order = new Order($id);

            return Validate::isLoadedObject($order) ? ['topic' => (int) $row['posted'] > 0 ? 'order.status' : 'order.validated', 'order' => CartographBody::order($order, $row)] : null;
        }
        $customer = CartographBody::customer($id, 0, 0);

        return $customer && $customer['newsletter'] ? ['topic' => 'customer.consent', 'customer' => $customer] : null;
    }

    /** Posts and gives the HTTP status, 0 where there was no answer. */
    public static function post(array $message, $timeout = 10)
    {
        $message = ['topic' => $message['topic'], 'module' => self::VERSION, 'at' => date(DATE_ATOM)] + $message;
        $body = (string) json_encode($message);

        return (int) self::send((string) Configuration::get('CARTOGRAPH_URL'), [
            'Content-Type: application/json',
            'User-Agent: Cartograph for PrestaShop/' . self::VERSION,
            'X-Cartograph-Signature: ' . self::sign($body, (string) Configuration::get('CARTOGRAPH_SECRET')),
        ], $body, $timeout);
    }

    private static function send($url, array $headers, $body, $timeout)
    {
        if (self::$network) {
            return call_user_func(self::$network, $url, $headers, $body);
        }
        $call = curl_init($url);
        curl_setopt_array($call, [
            CURLOPT_POST => true, CURLOPT_POSTFIELDS => $body, CURLOPT_HTTPHEADER => $headers, CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false, CURLOPT_CONNECTTIMEOUT => min(3, $timeout), CURLOPT_TIMEOUT => $timeout,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
        ]);
        curl_exec($call);
        $status = curl_getinfo($call, CURLINFO_RESPONSE_CODE);
        curl_close($call);

        return $status;
    }
}
