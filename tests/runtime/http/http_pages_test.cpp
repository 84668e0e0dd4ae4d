#include "runtime/http/http_pages.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

HttpRequest asked(std::string_view query) {
    HttpRequest request;
    REQUIRE(read_target("/table?" + std::string(query), request));
    return request;
}

}  // namespace

TEST_CASE("pages: which part of a table is wanted, within bounds") {
    CHECK(page_wanted(asked(""))->limit == 100);
    CHECK(page_wanted(asked(""))->from == 0);
    CHECK(page_wanted(asked("limit=1000&from=4294967297"))->limit == 1000);
    CHECK(page_wanted(asked("limit=1000&from=4294967297"))->from == 4'294'967'297U);
    for (const char* query : {"limit=0", "limit=1001", "limit=x", "limit=", "limit=-1", "from=x", "from=9999999999999"})
        CHECK_MESSAGE(!page_wanted(asked(query)), query);
    CHECK(page_wanted(asked("from=a/b"), false)->from == 0);  // left to the caller
}

TEST_CASE("pages: methods that mean nothing are told which do") {
    CHECK(is_reading(HttpMethod::get));
    CHECK(is_reading(HttpMethod::head));
    CHECK_FALSE(is_reading(HttpMethod::post));
    CHECK(http_not_allowed("POST").status == 405);
    CHECK(http_not_allowed("POST").allow == "POST");
}
