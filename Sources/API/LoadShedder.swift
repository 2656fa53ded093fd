import Notifications

/// Decides who is sent away while more is asked for than can be done: lists and `low` first, then `medium`, then `high`.
/// `critical` never is; it is refused only by a writer that has no room left at all.
///
/// It looks at what is so now and remembers nothing. Under overload the wait settles where just enough are sent away; a
/// memory of worse times would send away more, and leave the machine idle once the queue is empty.
struct LoadShedder: Sendable, Hashable {
    enum Load: Int, Sendable, Comparable, CaseIterable {
        case calm, busy, strained, overwhelmed

        static func < (left: Load, right: Load) -> Bool { left.rawValue < right.rawValue }

        /// From which on it is this load. Requests that are answered steadily have waited half their time, so an answer
        /// takes about twice as long; callers wait 2 s at most.
        fileprivate var threshold: (wait: Duration, share: Double) {
            switch self {
            case .calm: (.zero, 0)
            case .busy: (.milliseconds(200), 0.5)
            case .strained: (.milliseconds(300), 0.75)
            case .overwhelmed: (.milliseconds(400), 0.9)
            }
        }
    }

    let load: Load

    /// - Parameters:
    ///   - wait: how long half of all requests to notify have been under way.
    ///   - share: how full the writer is, 0…1.
    init(wait: Duration, share: Double) {
        load = Load.allCases.last { wait >= $0.threshold.wait || share >= $0.threshold.share } ?? .calm
    }

    func sheds(_ priority: Priority, isList: Bool) -> Bool {
        switch priority {
        case .critical: false
        case .low: load >= .busy
        case _ where isList: load >= .busy
        case .medium: load >= .strained
        case .high: load >= .overwhelmed
        }
    }
}
