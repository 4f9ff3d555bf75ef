package web

import (
	"net"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// clientAddress tells whose request it is: the connection's other end, or, when
// that is a trusted proxy, the last address in X-Forwarded-For that is not one.
// The header of anybody else says nothing: everybody can write it.
func clientAddress(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Masked().Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}
