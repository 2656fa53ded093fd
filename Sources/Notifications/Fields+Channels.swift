extension Fields {
    /// A list of channels, each named once.
    public func channels(_ name: String) -> [NotificationChannel]? {
        guard let words = array(name, maximum: NotificationChannel.allCases.count) else { return nil }
        if words.isEmpty { note(name, .invalid, "must not be empty") }
        var channels: [NotificationChannel] = []
        for (index, word) in words.enumerated() {
            let place = "\(name)[\(index)]"
            guard let text = word.string else {
                note(place, .wrongType, "must be a string, not \(word.kind)")
                continue
            }
            guard let channel = choice(place, text: text, among: NotificationChannel.allCases, named: \.rawValue)
            else { continue }
            if channels.contains(channel) { note(place, .conflict, "is listed twice") }
            channels.append(channel)
        }
        return channels
    }
}
