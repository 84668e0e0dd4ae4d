#include "runtime/transport/tls_context.hpp"

#include <utility>

#include "runtime/transport/shared_ssl_context.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tls_layer.hpp"
#include "runtime/transport/tls_server_context.hpp"

namespace trunkline::runtime {

struct TlsContext::Library {
    explicit Library(SslContext made) : context(std::move(made)) {}
    SharedSslContext context;
};

TlsContext::TlsContext(TlsSettings settings)
    : settings_(std::move(settings)),
      library_(std::make_unique<Library>(make_server_context(settings_, Carrier::stream))) {}
TlsContext::~TlsContext() = default;

Result<void, std::string> TlsContext::reload() {
    try {
        library_->context.replace(make_server_context(settings_, Carrier::stream));
    } catch (const StartError& error) {
        return Failure{std::string(error.what())};
    }
    return {};
}

std::unique_ptr<StreamLayer> TlsContext::make_layer() const {
    const SslContext context = library_->context.get();
    return make_tls_layer(context.get(), settings_.user_name);
}

}  // namespace trunkline::runtime
