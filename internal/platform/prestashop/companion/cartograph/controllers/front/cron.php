<?php
/**
 * Tells what waits: /module/cartograph/cron?token=…, called by a cron job.
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

class CartographCronModuleFrontController extends ModuleFrontController
{
    /** @var bool no page is shown */
    public $ajax = true;

    public function initContent()
    {
        header('Content-Type: text/plain; charset=utf-8');
        if (!hash_equals((string) Configuration::get('CARTOGRAPH_CRON'), (string) Tools::getValue('token'))) {
            header('HTTP/1.1 403 Forbidden');
            exit('The token is not the one of the module’s page.');
        }
        exit(CartographSender::ready() ? CartographSender::work(100) . ' told' : 'not connected');
    }
}
