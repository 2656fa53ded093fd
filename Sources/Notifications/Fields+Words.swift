/// Reads lists of words, and what is said by channel or by category.
extension Fields {
    /// Words out of a closed set, each once; nil where the member is missing.
    public func words<Value: Equatable>(
        _ name: String, among values: [Value], named word: (Value) -> String
    ) -> [Value]? {
        guard let elements = array(name, maximum: values.count) else { return nil }
        var found: [Value] = []
        for (index, element) in elements.enumerated() {
            let place = "\(name)[\(index)]"
            guard let text = element.string else {
                note(place, .wrongType, "must be a string, not \(element.kind)")
                continue
            }
            guard let value = choice(place, text: text, among: values, named: word) else { continue }
            if found.contains(value) { note(place, .conflict, "is listed twice") }
            found.append(value)
        }
        return found
    }

    /// What the object `name` has for each channel.
    /// - Parameter read: reads a member that may be missing.
    func byChannel<Value>(_ name: String, _ read: (Fields, String) -> Value?) -> [NotificationChannel: Value] {
        guard let nested = nested(name) else { return [:] }
        nested.allow(Set(NotificationChannel.allCases.map(\.rawValue)))
        var values: [NotificationChannel: Value] = [:]
        for channel in NotificationChannel.allCases { values[channel] = read(nested, channel.rawValue) }
        return values
    }

    /// What the object `name` has for each type that it names.
    func byType<Value>(_ name: String, _ read: (Fields, String) -> Value) -> [NotificationType: Value] {
        guard let nested = nested(name) else { return [:] }
        nested.allow(Set(NotificationType.allCases.map(\.rawValue)))
        var values: [NotificationType: Value] = [:]
        for type in NotificationType.allCases where nested.object[type.rawValue] != nil {
            values[type] = read(nested, type.rawValue)
        }
        return values
    }

    /// What the object `name` has for each of the caller's categories.
    func byCategory<Value>(_ name: String, _ read: (Fields, String) -> Value) -> [String: Value] {
        guard let nested = nested(name) else { return [:] }
        let members = nested.object.members
        if members.count > Preferences.maximumCategories {
            note(name, .tooMany, "must have at most \(Preferences.maximumCategories) categories")
        }
        var values: [String: Value] = [:]
        for member in members.prefix(Preferences.maximumCategories) {
            if member.name.isEmpty { note(name, .invalid, "must not have a category without a name") }
            if member.name.utf8.count > NotificationDraft.maximumCategoryBytes {
                note(name, .tooLong, "must have names of at most \(NotificationDraft.maximumCategoryBytes) bytes")
            }
            values[member.name] = read(nested, member.name)
        }
        return values
    }
}

extension JSON {
    /// What `byChannel` reads, in the order of the channels' declaration.
    init<Value>(_ values: [NotificationChannel: Value], _ json: (Value) -> JSON) {
        self = .object(
            JSONObject(
                NotificationChannel.allCases.compactMap { channel in
                    values[channel].map { (channel.rawValue, json($0)) }
                }))
    }

    /// What `byType` reads, in the order of the types' declaration.
    init<Value>(types: [NotificationType: Value], _ json: (Value) -> JSON) {
        self = .object(
            JSONObject(
                NotificationType.allCases.compactMap { type in types[type].map { (type.rawValue, json($0)) } }))
    }

    /// What `byCategory` reads, by name.
    init<Value>(categories: [String: Value], _ json: (Value) -> JSON) {
        self = .object(JSONObject(categories.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) }))
    }
}
