/// The one word for a whole notification, made from its channels whenever it is read.
///
/// The lowest while any channel is open; then `delivered` when every channel was delivered or read, `sent` when every
/// one was at least sent, `cancelled` when all that could have been was taken back, `failed` when none was, else
/// `partial`.
public enum NotificationStatus: String, Sendable, Hashable, CaseIterable {
    case pending, scheduled, processing, sent, delivered, partial, failed, cancelled

    /// - Parameter isProcessing: whether a worker holds a permit for a delivery of it just now.
    public init(_ channels: some Collection<ChannelState>, isProcessing: Bool = false) {
        if channels.contains(where: \.isOpen) {
            let isScheduled = channels.allSatisfy { !$0.isOpen || $0.status == .scheduled }
            self = isProcessing ? .processing : isScheduled ? .scheduled : .pending
            return
        }
        let tried = channels.filter { $0.status != .skipped }
        let successes = tried.count { $0.status.isSuccess }
        if successes == 0 {
            let isCancelled = !tried.isEmpty && tried.allSatisfy { $0.status == .cancelled }
            self = isCancelled ? .cancelled : .failed
        } else if successes < tried.count {
            self = .partial
        } else {
            self = tried.allSatisfy { $0.status.rank >= DeliveryStatus.delivered.rank } ? .delivered : .sent
        }
    }
}
