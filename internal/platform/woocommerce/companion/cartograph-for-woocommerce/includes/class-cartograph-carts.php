<?php
/**
 * The carts that were told, kept to post them again and to bring them back.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * One table of this plugin's own. It is the only place that speaks SQL.
 */
class Cartograph_Carts {

	/** How long a cart is kept after its last change. */
	const KEEP_DAYS = 90;

	/**
	 * The table's name.
	 *
	 * @return string
	 */
	public static function table() {
		global $wpdb;
		return $wpdb->prefix . 'cartograph_carts';
	}

	/**
	 * Makes the table.
	 */
	public static function install() {
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		dbDelta(
			'CREATE TABLE ' . self::table() . ' (
			cart_id char(32) NOT NULL,
			email varchar(191) NOT NULL DEFAULT \'\',
			cart longtext NOT NULL,
			contents longtext NOT NULL,
			revision bigint(20) unsigned NOT NULL DEFAULT 0,
			posted bigint(20) unsigned NOT NULL DEFAULT 0,
			tries int(10) unsigned NOT NULL DEFAULT 0,
			order_id bigint(20) unsigned NOT NULL DEFAULT 0,
			changed_at datetime NOT NULL,
			PRIMARY KEY  (cart_id),
			KEY email (email),
			KEY changed_at (changed_at)
			) ' . $wpdb->get_charset_collate() . ';'
		);
	}

	/**
	 * Finds a cart.
	 *
	 * @param string $id Its id.
	 * @return array|null
	 */
	public static function find( $id ) {
		global $wpdb;
		$row = $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM ' . self::table() . ' WHERE cart_id = %s', $id ), ARRAY_A ); // phpcs:ignore WordPress.DB
		return is_array( $row ) ? $row : null;
	}

	/**
	 * Keeps a cart's new state and gives its revision.
	 *
	 * @param array $cart The cart as it is told.
	 * @param array $contents What to put into a cart to bring it back.
	 * @return int
	 */
	public static function keep( $cart, $contents ) {
		global $wpdb;
		$before = self::find( $cart['id'] );
		$email  = strtolower( (string) $cart['customer']['email'] );
		if ( '' === $email && $before ) {
			// It goes on at another device, where nobody typed an address yet.
			$email = $before['email'];
		}
		$next   = $before ? (int) $before['revision'] + 1 : 1;
		$wpdb->replace( // phpcs:ignore WordPress.DB
			self::table(),
			array(
				'cart_id'    => $cart['id'],
				'email'      => $email,
				'cart'       => wp_json_encode( array( 'revision' => $next ) + $cart ),
				'contents'   => wp_json_encode( $contents ),
				'revision'   => $next,
				'posted'     => $before ? (int) $before['posted'] : 0,
				'tries'      => 0,
				'order_id'   => $before ? (int) $before['order_id'] : 0,
				'changed_at' => gmdate( 'Y-m-d H:i:s' ),
			)
		);
		return $next;
	}

	/**
	 * Notes something about a cart.
	 *
	 * @param string $id Its id.
	 * @param array  $fields The columns to set.
	 */
	public static function note( $id, $fields ) {
		global $wpdb;
		$wpdb->update( self::table(), $fields, array( 'cart_id' => $id ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Lets go of a cart.
	 *
	 * @param string $id Its id.
	 */
	public static function forget( $id ) {
		global $wpdb;
		$wpdb->delete( self::table(), array( 'cart_id' => $id ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Gives the carts of an email address, the oldest first.
	 *
	 * @param string $email The address.
	 * @param int    $limit At most so many.
	 * @return array
	 */
	public static function of( $email, $limit ) {
		global $wpdb;
		$rows = $wpdb->get_results( $wpdb->prepare( 'SELECT * FROM ' . self::table() . ' WHERE email = %s ORDER BY changed_at LIMIT %d', strtolower( $email ), $limit ), ARRAY_A ); // phpcs:ignore WordPress.DB
		return is_array( $rows ) ? $rows : array();
	}

	/**
	 * Lets go of the carts that nobody came back to.
	 */
	public static function purge() {
		global $wpdb;
		$before = gmdate( 'Y-m-d H:i:s', time() - self::KEEP_DAYS * DAY_IN_SECONDS );
		$wpdb->query( $wpdb->prepare( 'DELETE FROM ' . self::table() . ' WHERE changed_at < %s LIMIT 5000', $before ) ); // phpcs:ignore WordPress.DB
	}
}
