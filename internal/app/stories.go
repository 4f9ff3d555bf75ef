package app

import (
	bigcommerce "github.com/cartograph-dev/cartograph/internal/platform/bigcommerce/story"
	commercetools "github.com/cartograph-dev/cartograph/internal/platform/commercetools/story"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	generic "github.com/cartograph-dev/cartograph/internal/platform/generic/story"
	magento "github.com/cartograph-dev/cartograph/internal/platform/magento/story"
	medusa "github.com/cartograph-dev/cartograph/internal/platform/medusa/story"
	prestashop "github.com/cartograph-dev/cartograph/internal/platform/prestashop/story"
	saleor "github.com/cartograph-dev/cartograph/internal/platform/saleor/story"
	shopify "github.com/cartograph-dev/cartograph/internal/platform/shopify/story"
	shopware "github.com/cartograph-dev/cartograph/internal/platform/shopware/story"
	squarespace "github.com/cartograph-dev/cartograph/internal/platform/squarespace/story"
	sylius "github.com/cartograph-dev/cartograph/internal/platform/sylius/story"
	vendure "github.com/cartograph-dev/cartograph/internal/platform/vendure/story"
	wix "github.com/cartograph-dev/cartograph/internal/platform/wix/story"
	woocommerce "github.com/cartograph-dev/cartograph/internal/platform/woocommerce/story"
)

// Stories are the conformance kit's platforms, in the order in which people look
// for them.
func Stories() []conformance.Platform {
	return []conformance.Platform{
		shopify.Platform(), woocommerce.Platform(), bigcommerce.Platform(), magento.Platform(), prestashop.Platform(),
		shopware.Platform(), wix.Platform(), squarespace.Platform(), medusa.Platform(), saleor.Platform(), vendure.Platform(), sylius.Platform(),
		commercetools.Platform(), generic.Platform(),
	}
}

// Vocabularies are the kit's further words of platforms that speak several.
func Vocabularies() []conformance.Platform {
	return []conformance.Platform{generic.Segment(), generic.GA4()}
}
