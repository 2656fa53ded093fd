#ifndef BELFRY_CHIREDIS_SHIM_H
#define BELFRY_CHIREDIS_SHIM_H
// Only the reply reader is used: SwiftNIO carries the bytes. It is the same in hiredis 0.14 and 1.x.
#include <hiredis/hiredis.h>
#include <hiredis/read.h>
#endif
