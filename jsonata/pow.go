package jsonata

import "math"

// pow is x to the power of y as V8 computes Math.pow. Go's math.Pow has other last digits in nearly half
// of all cases; V8's come from e_pow.c of FDLIBM, of which the general case is written anew here:
//
//	Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//	Developed at SunSoft, a Sun Microsystems, Inc. business.
//	Permission to use, copy, modify, and distribute this software is freely granted, provided that
//	this notice is preserved.
//
// The idea: log2(x) is computed as a sum of two doubles, multiplied by y, and the power of two of that
// is taken. Conversions to float64 around products keep compilers from fusing operations.
func pow(x, y float64) float64 {
	switch size := math.Abs(x); {
	case y == 2:
		return x * x
	case math.IsNaN(y) || size == 1 && math.IsInf(y, 0):
		return math.NaN()
	case y == 0.5 && x >= 0:
		return math.Sqrt(x)
	case y == 0 || y == 1 || y == -1 || size == 0 || size == 1 || math.Abs(y) > 1<<31 ||
		math.IsInf(x, 0) || math.IsNaN(x):
		return math.Pow(x, y) // exact, or infinite, zero or not a number
	case x > 0:
		return powPositive(x, y)
	case y != math.Trunc(y):
		return math.NaN()
	case math.Mod(y, 2) == 0:
		return powPositive(-x, y)
	}
	return -powPositive(-x, y)
}

// head is f without the low 32 bits, so that products of two heads are exact.
func head(f float64) float64 { return math.Float64frombits(math.Float64bits(f) &^ (1<<32 - 1)) }

// powPositive is pow for positive, finite x.
func powPositive(x, y float64) float64 {
	high, low := log2(x)
	yHigh := head(y)
	low = float64((y-yHigh)*high) + float64(y*low)
	high = float64(yHigh * high)
	switch z := high + low; {
	case z >= 1024 && (z > 1024 || low+8.0085662595372944372e-17 > z-high):
		return math.Inf(1)
	case z <= -1075 && (z < -1075 || low <= z-high):
		return 0
	}
	return exp2(high, low)
}

// log2 is the logarithm of x as a sum of two doubles.
func log2(x float64) (high, low float64) {
	fraction, exponent := math.Frexp(x)
	x, n := 2*fraction, float64(exponent-1) // 1 <= x < 2
	// x is compared with 1 or 1.5, whichever is nearer.
	base, baseHigh, baseLow := 1.0, 0.0, 0.0
	switch top := math.Float64bits(x) >> 32 & 0xFFFFF; {
	case top > 0x3988E && top < 0xBB67A:
		base, baseHigh, baseLow = 1.5, 5.84962487220764160156e-01, 1.35003920212974897128e-08
	case top >= 0xBB67A:
		n++
		x /= 2
	}
	// s = (x-base) / (x+base), in two parts.
	u, v := x-base, 1/(x+base)
	s := float64(u * v)
	sHigh := head(s)
	tHigh := math.Float64frombits((math.Float64bits(x)>>33|0x20000000)<<32 + 0x00080000<<32)
	if base != 1 {
		tHigh = math.Float64frombits((math.Float64bits(x)>>33&0x7FFFFFFF|0x20000000)<<32 + 0x000C0000<<32)
	}
	tLow := x - (tHigh - base)
	sLow := float64(v * ((u - float64(sHigh*tHigh)) - float64(sHigh*tLow)))
	// The logarithm of x/base from a polynomial in s.
	s2 := float64(s * s)
	r := float64(float64(s2*s2) * polynomial(s2, 5.99999999999994648725e-01, 4.28571428578550184252e-01,
		3.33333329818377432918e-01, 2.72728123808534006489e-01, 2.30660745775561754067e-01, 2.06975017800338417784e-01))
	r += float64(sLow * (sHigh + s))
	s2 = float64(sHigh * sHigh)
	tHigh = head(3.0 + s2 + r)
	tLow = r - ((tHigh - 3.0) - s2)
	u = float64(sHigh * tHigh)
	v = float64(sLow*tHigh) + float64(tLow*s)
	pHigh := head(u + v)
	pLow := v - (pHigh - u)
	zHigh := float64(9.61796700954437255859e-01 * pHigh)
	zLow := float64(-7.02846165095275826516e-09*pHigh) + float64(pLow*9.61796693925975554329e-01) + baseLow
	high = head(((zHigh + zLow) + baseHigh) + n)
	return high, zLow - (((high - n) - baseHigh) - zHigh)
}

// exp2 is the power of two of high + low.
func exp2(high, low float64) float64 {
	n := 0
	if z := high + low; math.Abs(z) > 0.5 {
		n = int(math.Floor(z + 0.5))
		if z < 0 {
			n = -int(math.Floor(0.5 - z))
		}
		high -= float64(n)
	}
	t := head(low + high)
	u := float64(t * 6.93147182464599609375e-01)
	v := float64((low-(t-high))*6.93147180559945286227e-01) + float64(t*-1.90465429995776804525e-09)
	z := u + v
	w := v - (z - u)
	t = float64(z * z)
	t1 := z - float64(t*polynomial(t, 1.66666666666666019037e-01, -2.77777777770155933842e-03,
		6.61375632143793436117e-05, -1.65339022054652515390e-06, 4.13813679705723846039e-08))
	r := float64(z*t1) / ((t1 - 2) - (w + float64(z*w)))
	return math.Ldexp(1-(r-z), n)
}

// polynomial is c0 + x*(c1 + x*(c2 + ...)).
func polynomial(x float64, coefficients ...float64) float64 {
	result := coefficients[len(coefficients)-1]
	for i := len(coefficients) - 2; i >= 0; i-- {
		result = coefficients[i] + float64(x*result)
	}
	return result
}
