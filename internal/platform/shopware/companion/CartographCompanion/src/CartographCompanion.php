<?php declare(strict_types=1);

namespace Cartograph\Companion;

use Shopware\Core\Framework\Plugin;

/** The plugin itself: all it does is in its subscriber, handler and controller. */
class CartographCompanion extends Plugin
{
}
