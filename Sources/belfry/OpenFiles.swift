import Foundation
import Logging

/// How many files and connections the system lets this process have open.
struct OpenFiles {
    let limit: Int

    /// What the process has open besides its clients' connections: the pool's own, Redis, logs, and whatever it calls.
    static let reserve = 200

    /// Raises the limit as far as the system allows: the soft limit of a shell or an init system is made for programs that
    /// wait on few files.
    static func raised(logger: Logger) -> OpenFiles {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limits = rlimit()
        guard getrlimit(resource, &limits) == 0 else { return OpenFiles(limit: 1024) }
        let before = limits.rlim_cur
        limits.rlim_cur = limits.rlim_max
        if setrlimit(resource, &limits) != 0 { limits.rlim_cur = before }
        let limit = Int(clamping: limits.rlim_cur)
        logger.info("open files", metadata: ["limit": "\(limit)", "before": "\(before)"])
        return OpenFiles(limit: limit)
    }

    /// As many connections as were asked for, or as there is room for; a server that cannot open one more file can
    /// neither take a connection nor reach its database.
    func connections(wanted: Int, poolSize: Int, logger: Logger) -> Int {
        let room = max(1, limit - poolSize - OpenFiles.reserve)
        if wanted > room {
            logger.warning(
                "the system allows fewer connections than BELFRY_MAX_CONNECTIONS",
                metadata: ["connections": "\(room)", "openFiles": "\(limit)"])
        }
        return min(wanted, room)
    }
}
