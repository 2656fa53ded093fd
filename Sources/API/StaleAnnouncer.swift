import Logging
import Notifications
import Queue

/// Tells whoever keeps look-ups what became stale: this process at once, all others by Redis.
struct StaleAnnouncer: Sendable {
    let caches: [any StaleListener]
    let queue: DeliveryQueue
    let logger: Logger

    /// To be called after the commit. What others are not told they find out when what they keep is too old.
    func tell(_ entries: [StaleEntry]) async {
        if entries.isEmpty { return }
        for entry in entries {
            for cache in caches { cache.hear(.stale(entry)) }
        }
        do { try await queue.publish(stale: entries) } catch {
            logger.warning(
                "other processes were not told what became stale",
                metadata: ["count": "\(entries.count)", "error": "\(error)"])
        }
    }
}
