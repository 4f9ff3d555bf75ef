<?php
/**
 * The plugin is deleted: Cartograph is told to stop, and nothing is left here.
 *
 * @package Cartograph
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

defined( 'CARTOGRAPH_WC_VERSION' ) || define( 'CARTOGRAPH_WC_VERSION', '1.0.0' );

require_once __DIR__ . '/includes/class-cartograph-options.php';
require_once __DIR__ . '/includes/class-cartograph-carts.php';
require_once __DIR__ . '/includes/class-cartograph-snapshot.php';
require_once __DIR__ . '/includes/class-cartograph-sender.php';

if ( Cartograph_Options::ready() ) {
	Cartograph_Sender::post( array( 'topic' => 'shop.uninstalled' ), 3 );
}
if ( function_exists( 'as_unschedule_all_actions' ) ) {
	as_unschedule_all_actions( '', array(), Cartograph_Sender::GROUP );
}
delete_option( Cartograph_Options::OPTION );
delete_option( 'cartograph_restore_key' );

global $wpdb;
$wpdb->query( 'DROP TABLE IF EXISTS ' . Cartograph_Carts::table() ); // phpcs:ignore WordPress.DB
