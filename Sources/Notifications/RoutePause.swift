/// Whether a route is paused, and by the how manieth word on it.
///
/// Postgres has the truth and counts the revisions; Redis keeps a copy for the claims. A copy is only replaced by one that
/// is not older, so that two who change it at once, or a rebuild that read it a moment ago, cannot undo the newest.
public struct RoutePause: Sendable, Hashable {
    public var isPaused: Bool
    /// 0 for a route that was never paused; each change adds one.
    public var revision: Int64

    public init(isPaused: Bool, revision: Int64) {
        self.isPaused = isPaused
        self.revision = revision
    }

    public static let never = RoutePause(isPaused: false, revision: 0)
}
