/// The text of every script in this folder, embedded in the binary under its file's name.
public enum LuaScripts {
    public static let cancel = text(PackageResources.cancel_lua)
    public static let claim = text(PackageResources.claim_lua)
    public static let clear = text(PackageResources.clear_lua)
    public static let counts = text(PackageResources.counts_lua)
    public static let enqueue = text(PackageResources.enqueue_lua)
    public static let knock = text(PackageResources.knock_lua)
    public static let occupy = text(PackageResources.occupy_lua)
    public static let open = text(PackageResources.open_lua)
    public static let pause = text(PackageResources.pause_lua)
    public static let release = text(PackageResources.release_lua)
    public static let report = text(PackageResources.report_lua)
    public static let retry = text(PackageResources.retry_lua)
    public static let settle = text(PackageResources.settle_lua)
    public static let throttle = text(PackageResources.throttle_lua)
    public static let upkeep = text(PackageResources.upkeep_lua)
    public static let usage = text(PackageResources.usage_lua)

    // Chapters that several scripts begin with.
    public static let basics = text(PackageResources.basics_lua)
    public static let flow = text(PackageResources.flow_lua)
    public static let circuits = text(PackageResources.circuits_lua)
    public static let limits = text(PackageResources.limits_lua)
    public static let refunds = text(PackageResources.refunds_lua)
    public static let leases = text(PackageResources.leases_lua)
    public static let rounds = text(PackageResources.rounds_lua)
    public static let turns = text(PackageResources.turns_lua)

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
