// Not in Swift's module of the C library.
#include <sys/epoll.h>
