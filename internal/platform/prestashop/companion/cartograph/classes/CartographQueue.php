<?php
/**
 * What waits to be told: ids only. Bodies are made from the shop's own data when
 * they are posted, so that the latest state is told and nothing is kept twice.
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

class CartographQueue
{
    /** Seconds before each further try; after the last, it waits for the next change. */
    const WAITS = [60, 300, 1800, 7200, 21600, 43200];

    public static function install()
    {
        return Db::getInstance()->execute('CREATE TABLE IF NOT EXISTS `' . _DB_PREFIX_ . 'cartograph` (
            `kind` VARCHAR(10) NOT NULL,
            `id` INT UNSIGNED NOT NULL,
            `revision` INT UNSIGNED NOT NULL DEFAULT 1,
            `posted` INT UNSIGNED NOT NULL DEFAULT 0,
            `tries` TINYINT UNSIGNED NOT NULL DEFAULT 0,
            `next_at` INT UNSIGNED NOT NULL DEFAULT 0,
            `hash` CHAR(40) NOT NULL DEFAULT \'\',
            `source` VARCHAR(10) NOT NULL DEFAULT \'\',
            `from_cart` INT UNSIGNED NOT NULL DEFAULT 0,
            PRIMARY KEY (`kind`, `id`),
            KEY `next_at` (`next_at`)
        ) ENGINE=' . _MYSQL_ENGINE_ . ' DEFAULT CHARSET=utf8mb4');
    }

    public static function uninstall()
    {
        return Db::getInstance()->execute('DROP TABLE IF EXISTS `' . _DB_PREFIX_ . 'cartograph`');
    }

    /** Notes that something changed; fields are "source" or "from_cart". */
    public static function mark($kind, $id, array $fields = [])
    {
        $row = ['kind' => pSQL($kind), 'id' => (int) $id, 'next_at' => time()];
        $set = '`revision` = `revision` + 1, `tries` = 0, `next_at` = ' . time();
        if (isset($fields['source'])) {
            $row['source'] = pSQL($fields['source']);
            $set .= ", `source` = '" . pSQL($fields['source']) . "'";
        }
        if (isset($fields['from_cart'])) {
            $row['from_cart'] = (int) $fields['from_cart'];
            $set .= ', `from_cart` = ' . (int) $fields['from_cart'];
        }
        Db::getInstance()->execute('INSERT INTO `' . _DB_PREFIX_ . 'cartograph` (`' . implode('`, `', array_keys($row)) . "`) VALUES ('"
            . implode("', '", $row) . "') ON DUPLICATE KEY UPDATE " . $set);
    }

    public static function find($kind, $id)
    {
        $row = Db::getInstance()->getRow('SELECT * FROM `' . _DB_PREFIX_ . "cartograph` WHERE `kind` = '" . pSQL($kind) . "' AND `id` = " . (int) $id);

        return is_array($row) ? $row : null;
    }

    /** Takes what is due, so that no other request takes it for a minute. */
    public static function take($limit)
    {
        $now = time();
        $rows = Db::getInstance()->executeS('SELECT * FROM `' . _DB_PREFIX_ . 'cartograph` WHERE `next_at` > 0 AND `next_at` <= ' . $now
            . ' ORDER BY `next_at` LIMIT ' . (int) $limit);
        $taken = [];
        foreach (is_array($rows) ? $rows : [] as $row) {
            if (self::set($row, ['next_at' => $now + 60], '`next_at` = ' . (int) $row['next_at'])) {
                $taken[] = $row;
            }
        }

        return $taken;
    }

    /** Notes that a row's state was told, or needs no telling. */
    public static function done(array $row, $hash, array $fields = [])
    {
        self::set($row, ['posted' => (int) $row['revision'], 'tries' => 0, 'hash' => pSQL($hash)] + $fields);
        // What changed meanwhile stays due.
        self::set($row, ['next_at' => 0], '`revision` = ' . (int) $row['revision']);
    }

    /** Has a row told later. */
    public static function again(array $row)
    {
        $tries = (int) $row['tries'];
        $waits = self::WAITS;
        self::set($row, ['tries' => $tries + 1, 'next_at' => isset($waits[$tries]) ? time() + $waits[$tries] : 0], '`revision` = ' . (int) $row['revision']);
    }

    private static function set(array $row, array $fields, $only = '1')
    {
        $db = Db::getInstance();

        return $db->update('cartograph', $fields, "`kind` = '" . pSQL($row['kind']) . "' AND `id` = " . (int) $row['id'] . ' AND ' . $only)
            && $db->Affected_Rows() > 0;
    }
}
