import TestSupport

/// A server of HTTP/2 alone, by the library `h2`. What it does with a request is the first part of its path; it prints
/// `<number of the connection> <method> <path> <body>` for each.
enum H2Peer {
    static func run(
        _ files: TestCertificateFiles, streams: Int = 100, _ body: (ForeignPeer) async throws -> Void
    ) async throws {
        try await ForeignPeer.python(script, [files.certificate, files.key, "\(streams)"], body)
    }

    private static let script = #"""
        import socket, ssl, sys, threading
        import h2.config, h2.connection, h2.events, h2.settings
        from h2.errors import ErrorCodes
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        context.set_alpn_protocols(["h2"])

        def act(connection, stream, path):
            if path.startswith("/ok"):
                connection.send_headers(stream, [(":status", "200"), ("x-stream", str(stream))])
                connection.send_data(stream, b"hi", end_stream=True)
            elif path.startswith("/refuse"): connection.reset_stream(stream, ErrorCodes.REFUSED_STREAM)
            elif path.startswith("/reset"): connection.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
            elif path.startswith("/cancel"): connection.reset_stream(stream, ErrorCodes.CANCEL)
            elif path.startswith("/goaway"): connection.close_connection(last_stream_id=0, additional_data=b"{}")
            elif path.startswith("/later"): connection.close_connection(last_stream_id=stream)
            elif path.startswith("/die"): return False
            # Nothing else is answered.
            return True

        def serve(raw, number):
            try: tls = context.wrap_socket(raw, server_side=True)
            except OSError: return
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
            limit = {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: int(sys.argv[4])}
            connection.local_settings = h2.settings.Settings(client=False, initial_values=limit)
            connection.initiate_connection()
            tls.sendall(connection.data_to_send())
            requests = {}
            while data := tls.recv(65536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        requests[event.stream_id] = (dict(event.headers), b"")
                    elif isinstance(event, h2.events.DataReceived):
                        headers, body = requests[event.stream_id]
                        requests[event.stream_id] = (headers, body + event.data)
                        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded):
                        headers, body = requests[event.stream_id]
                        path = headers[b":path"].decode()
                        print(number, headers[b":method"].decode(), path, body.decode(), flush=True)
                        if not act(connection, event.stream_id, path): return tls.close()
                tls.sendall(connection.data_to_send())
                if connection.state_machine.state.name == "CLOSED": return tls.close()

        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        for number in range(1_000_000):
            raw, _ = listener.accept()
            threading.Thread(target=serve, args=(raw, number), daemon=True).start()
        """#
}
