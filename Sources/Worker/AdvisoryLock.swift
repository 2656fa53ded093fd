import Notifications

/// The advisory locks of Belfry's processes, in one place so that no two mean the same number.
enum AdvisoryLock {
    /// Held by the one process that runs the clerks.
    static let clerks: Int64 = 0x62656C66_00000001

    /// Held while a route is rebuilt.
    static func rebuild(_ route: Route) -> Int64 {
        0x62656C66_00000100 + Int64(Route.allCases.firstIndex(of: route) ?? 0)
    }
}
