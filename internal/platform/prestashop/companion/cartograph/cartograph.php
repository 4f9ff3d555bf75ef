<?php
/**
 * Cartograph for PrestaShop: tells Cartograph of carts and orders, and brings a
 * cart back on any device.
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

require_once __DIR__ . '/classes/CartographQueue.php';
require_once __DIR__ . '/classes/CartographBody.php';
require_once __DIR__ . '/classes/CartographSender.php';

class Cartograph extends Module
{
    const HOOKS = [
        'actionCartSave', 'actionValidateOrder', 'actionOrderStatusPostUpdate', 'actionOrderSlipAdd',
        'actionObjectCustomerUpdateAfter', 'actionDeleteGDPRCustomer', 'actionExportGDPRData', 'registerGDPRConsent',
    ];
    const SETTINGS = ['CARTOGRAPH_URL', 'CARTOGRAPH_SECRET', 'CARTOGRAPH_NOBODY', 'CARTOGRAPH_SIGN_IN'];

    /** @var bool whether the end of this request is hooked already */
    private static $ending = false;

    public function __construct()
    {
        $this->name = 'cartograph';
        $this->tab = 'emailing';
        $this->version = '1.0.0';
        $this->author = 'Cartograph';
        $this->need_instance = 0;
        $this->bootstrap = true;
        $this->ps_versions_compliancy = ['min' => '1.7.6.0', 'max' => '9.99.99'];
        parent::__construct();
        $this->displayName = $this->l('Cartograph');
        $this->description = $this->l('Tells Cartograph of carts and orders, and brings a cart back on any device.');
        $this->confirmUninstall = $this->l('Cartograph will be told that the shop has left. Go on?');
    }

    public function install()
    {
        return parent::install()
            && CartographQueue::install()
            && Configuration::updateValue('CARTOGRAPH_KEY', bin2hex(random_bytes(32)))
            && Configuration::updateValue('CARTOGRAPH_CRON', bin2hex(random_bytes(16)))
            && $this->registerHook(self::HOOKS);
    }

    public function uninstall()
    {
        if (CartographSender::ready()) {
            CartographSender::post(['topic' => 'shop.uninstalled'], 3);
        }
        foreach (array_merge(self::SETTINGS, ['CARTOGRAPH_KEY', 'CARTOGRAPH_CRON']) as $name) {
            Configuration::deleteByName($name);
        }

        return CartographQueue::uninstall() && parent::uninstall();
    }

    /** A cart was filled, changed, or given an address. */
    public function hookActionCartSave($params)
    {
        $cart = isset($params['cart']) ? $params['cart'] : $this->context->cart;
        if ($this->staff() || !Validate::isLoadedObject($cart)) {
            return;
        }
        if ((int) $cart->id_customer || Configuration::get('CARTOGRAPH_NOBODY')) {
            $this->later('cart', (int) $cart->id);
        }
    }

    /** An order was made. */
    public function hookActionValidateOrder($params)
    {
        if (isset($params['order'])) {
            $this->later('order', (int) $params['order']->id, ['source' => $this->staff() ? 'admin' : 'front']);
        }
    }

    /** An order's state changed. */
    public function hookActionOrderStatusPostUpdate($params)
    {
        if (isset($params['id_order'])) {
            $this->later('order', (int) $params['id_order']);
        }
    }

    /** A part of an order's money was given back. */
    public function hookActionOrderSlipAdd($params)
    {
        if (isset($params['order'])) {
            $this->later('order', (int) $params['order']->id);
        }
    }

    /** A customer may have changed the answer about the newsletter. */
    public function hookActionObjectCustomerUpdateAfter($params)
    {
        if (isset($params['object']) && Validate::isLoadedObject($params['object'])) {
            $this->later('customer', (int) $params['object']->id);
        }
    }

    /** PrestaShop's GDPR module erases somebody. */
    public function hookActionDeleteGDPRCustomer($customer)
    {
        return json_encode($this->subject('privacy.erase', $customer) ? true : $this->l('Cartograph could not be reached. Erase the shopper there, under Privacy.'));
    }

    /** PrestaShop's GDPR module gathers what is kept of somebody: here, nothing of its own. */
    public function hookActionExportGDPRData($customer)
    {
        $this->subject('privacy.export', $customer);

        return json_encode([]);
    }

    /** Makes the module known to PrestaShop's GDPR module. */
    public function hookRegisterGDPRConsent()
    {
    }

    private function subject($topic, $customer)
    {
        if (!CartographSender::ready() || empty($customer['email'])) {
            return true;
        }
        $status = CartographSender::post(['topic' => $topic, 'customer' => [
            'id_customer' => isset($customer['id']) ? (int) $customer['id'] : 0,
            'email' => (string) $customer['email'],
        ]]);

        return $status >= 200 && $status < 300;
    }

    /** Whether this request is one of the back office. */
    private function staff()
    {
        return defined('_PS_ADMIN_DIR_') || (isset($this->context->employee) && Validate::isLoadedObject($this->context->employee));
    }

    /** Has something told after the page went out, or by the cron address. A shop's page never fails for it. */
    private function later($kind, $id, array $fields = [])
    {
        try {
            if (!CartographSender::ready() || $id <= 0) {
                return;
            }
            CartographQueue::mark($kind, $id, $fields);
            if (!self::$ending && function_exists('fastcgi_finish_request')) {
                self::$ending = true;
                register_shutdown_function([__CLASS__, 'afterwards']);
            }
        } catch (Exception $trouble) {
            PrestaShopLogger::addLog('Cartograph: ' . get_class($trouble), 3);
        }
    }

    /** Tells what waits, once the shopper has their page. */
    public static function afterwards()
    {
        session_write_close();
        fastcgi_finish_request();
        try {
            CartographSender::work(5);
        } catch (Exception $trouble) {
            PrestaShopLogger::addLog('Cartograph: ' . get_class($trouble), 3);
        }
    }

    /** The page on which a merchant connects the shop. */
    public function getContent()
    {
        $said = '';
        if (Tools::isSubmit('submitCartograph')) {
            foreach (self::SETTINGS as $name) {
                $value = trim((string) Tools::getValue($name));
                if ('CARTOGRAPH_SECRET' !== $name || '' !== $value) {
                    Configuration::updateValue($name, $value);
                }
            }
            $said = $this->tryOut();
        }

        return $said . $this->form();
    }

    private function tryOut()
    {
        if (!Validate::isAbsoluteUrl((string) Configuration::get('CARTOGRAPH_URL'))) {
            return $this->displayError($this->l('The webhook address is no web address; write it like https://cartograph.example/webhooks/prestashop/…'));
        }
        $status = CartographSender::ready() ? CartographSender::post(['topic' => 'ping']) : 0;
        if ($status >= 200 && $status < 300) {
            return $this->displayConfirmation($this->l('Cartograph answered: the address and the secret are right.'));
        }
        if (401 === $status) {
            return $this->displayError($this->l('Cartograph refused the secret. Copy it again from the shop’s settings in Cartograph.'));
        }

        return $this->displayError(sprintf($this->l('Cartograph could not be reached (status %d). Check the address and the secret.'), $status));
    }

    private function form()
    {
        $onOff = function ($name, $label, $help) {
            return ['type' => 'switch', 'name' => $name, 'label' => $label, 'desc' => $help, 'is_bool' => true, 'values' => [
                ['id' => $name . '_on', 'value' => 1, 'label' => $this->l('Yes')], ['id' => $name . '_off', 'value' => 0, 'label' => $this->l('No')],
            ]];
        };
        $cron = $this->context->link->getModuleLink('cartograph', 'cron', ['token' => Configuration::get('CARTOGRAPH_CRON')]);
        $helper = new HelperForm();
        $helper->module = $this;
        $helper->name_controller = $this->name;
        $helper->token = Tools::getAdminTokenLite('AdminModules');
        $helper->currentIndex = AdminController::$currentIndex . '&configure=' . $this->name;
        $helper->submit_action = 'submitCartograph';
        foreach (self::SETTINGS as $name) {
            $helper->fields_value[$name] = 'CARTOGRAPH_SECRET' === $name ? '' : Configuration::get($name);
        }

        return $helper->generateForm([['form' => [
            'legend' => ['title' => $this->l('Cartograph')],
            'input' => [
                ['type' => 'text', 'name' => 'CARTOGRAPH_URL', 'label' => $this->l('Webhook address'), 'required' => true,
                    'desc' => $this->l('Like https://cartograph.example/webhooks/prestashop/…')],
                ['type' => 'password', 'name' => 'CARTOGRAPH_SECRET', 'label' => $this->l('Webhook secret'), 'required' => true,
                    'desc' => $this->l('Leave empty to keep the one that is set.')],
                $onOff('CARTOGRAPH_NOBODY', $this->l('Tell carts of nobody known'), $this->l('Nobody can be written to about them; they only count.')),
                $onOff('CARTOGRAPH_SIGN_IN', $this->l('Restore links sign the shopper in'), $this->l('As PrestaShop’s own recovery links do. Whoever has such a link is in the account: leave this off unless you need it.')),
            ],
            'description' => sprintf($this->l('Have this address called every minute by a cron job, so that nothing waits: %s'), $cron),
            'submit' => ['title' => $this->l('Save')],
        ]]]);
    }
}
