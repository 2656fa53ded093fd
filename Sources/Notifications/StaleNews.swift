/// What those are told who keep look-ups.
public enum StaleNews: Sendable, Hashable {
    /// From here on nothing becomes stale without their being told.
    case listening
    /// From here on, or since a moment ago, they are told of nothing.
    case deaf
    case stale(StaleEntry)
}

/// Whoever keeps look-ups.
public protocol StaleListener: Sendable {
    func hear(_ news: StaleNews)
}
