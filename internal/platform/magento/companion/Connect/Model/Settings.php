<?php

declare(strict_types=1);

namespace Cartograph\Connect\Model;

use Magento\Framework\App\Config\ScopeConfigInterface;
use Magento\Framework\App\DeploymentConfig;
use Magento\Framework\Encryption\EncryptorInterface;
use Magento\Store\Model\ScopeInterface;

/**
 * What the merchant set, under Stores → Configuration → Sales → Cartograph.
 */
class Settings
{
    public function __construct(
        private readonly ScopeConfigInterface $config,
        private readonly EncryptorInterface $encryptor,
        private readonly DeploymentConfig $deployment,
    ) {
    }

    private function get(string $name, int|string|null $storeId): string
    {
        return trim((string) $this->config->getValue('cartograph/connect/' . $name, ScopeInterface::SCOPE_STORE, $storeId));
    }

    public function url(int|string|null $storeId = null): string
    {
        return $this->get('url', $storeId);
    }

    public function secret(int|string|null $storeId = null): string
    {
        $sealed = $this->get('secret', $storeId);

        return '' === $sealed ? '' : (string) $this->encryptor->decrypt($sealed);
    }

    /** Whether there is somewhere to post to and something to sign with. */
    public function ready(int|string|null $storeId = null): bool
    {
        return '' !== $this->url($storeId) && '' !== $this->secret($storeId);
    }

    public function nobody(int|string|null $storeId = null): bool
    {
        return '1' === $this->get('nobody', $storeId);
    }

    public function locale(int|string|null $storeId): string
    {
        return (string) $this->config->getValue('general/locale/code', ScopeInterface::SCOPE_STORE, $storeId);
    }

    /** The key of a cart's restore address, an HMAC under the shop's own crypt key. */
    public function restoreKey(int $quoteId): string
    {
        return substr(hash_hmac('sha256', 'cartograph restore:' . $quoteId, (string) $this->deployment->get('crypt/key')), 0, 32);
    }
}
