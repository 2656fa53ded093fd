#ifndef BELFRY_CLIBPQ_SHIM_H
#define BELFRY_CLIBPQ_SHIM_H
// Debian and Ubuntu keep the header in a folder of its own, other systems do not.
#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif
#endif
