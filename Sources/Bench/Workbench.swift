public import Notifications

/// What a benchmark needs of whoever runs it.
public struct Workbench: Sendable {
    /// `belfry`, to be run in its roles.
    let binary: String
    /// Told what is being done.
    let tell: @Sendable (String) -> Void

    public init(binary: String, tell: @escaping @Sendable (String) -> Void) {
        self.binary = binary
        self.tell = tell
    }
}

/// What a benchmark came to.
public protocol BenchmarkReport: Sendable {
    var json: JSON { get }
    /// For people.
    var table: String { get }
    /// Whether what it did was right, however fast it was.
    var isClean: Bool { get }
}

extension BenchmarkReport {
    public var isClean: Bool { true }
}
