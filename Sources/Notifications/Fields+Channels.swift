extension Fields {
    /// A list of at least one channel, each named once.
    public func channels(_ name: String) -> [NotificationChannel]? {
        let channels = words(name, among: NotificationChannel.allCases, named: \.rawValue)
        if object[name]?.array?.isEmpty == true { note(name, .invalid, "must not be empty") }
        return channels
    }
}
