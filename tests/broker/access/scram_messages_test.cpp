#include "broker/access/scram_messages.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

TEST_CASE("RFC 5802 §7: the client's first message has a header, a name and a nonce") {
    const auto first = ScramClientFirst::parse("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    REQUIRE(first);
    CHECK(first->gs2_header == "n,,");
    CHECK(first->bare == "n=user,r=rOprNGfwEbeRWgbNEkqO");
    CHECK(first->user == "user");
    CHECK(first->nonce == "rOprNGfwEbeRWgbNEkqO");
    const auto able = ScramClientFirst::parse("y,a=user,n=user,r=x,ext=1");  // it could bind, but sees that we cannot
    REQUIRE(able);
    CHECK(able->gs2_header == "y,a=user,");
    CHECK(able->nonce == "x");
    CHECK(ScramClientFirst::parse("n,,n=a=2Cb=3Dc,r=x")->user == "a,b=c");
}

TEST_CASE("RFC 5802: what cannot be meant, or is not offered, is no first message") {
    for (const std::string_view message :
         {std::string_view(),
          std::string_view("n"),
          std::string_view("n,,"),
          std::string_view("n,,n=user"),
          std::string_view("n,,r=x"),
          std::string_view("n,,n=,r=x"),
          std::string_view("n,,n=user,r="),
          std::string_view("n,,n=user,r=a b"),
          std::string_view("n,,n=user,r=\xc3\xa4"),
          std::string_view("n,,n=us=er,r=x"),
          std::string_view("n,,n=us=2c,r=x"),
          std::string_view("n,,n=us=2,r=x"),
          std::string_view("n,,m=must,n=user,r=x"),      // an extension that must be understood
          std::string_view("p=tls-unique,,n=user,r=x"),  // SCRAM-SHA-256-PLUS
          std::string_view("x,,n=user,r=x"),
          std::string_view(",,n=user,r=x"),
          std::string_view("n,a=root,n=user,r=x"),  // in somebody else's name
          std::string_view("n,root,n=user,r=x"),
          std::string_view("n,,n=us\0er,r=x", 15),
          std::string_view("n,,n=us\xff,r=x")}) {
        CHECK_MESSAGE(!ScramClientFirst::parse(message), message);
    }
}

TEST_CASE("RFC 5802 §7: the client's last message has what it repeats, and a proof of it") {
    const auto final = ScramClientFinal::parse("c=biws,r=both,p=AQI=");
    REQUIRE(final);
    CHECK(final->without_proof == "c=biws,r=both");
    CHECK(as_text(final->channel_binding) == "n,,");
    CHECK(final->nonce == "both");
    CHECK(final->proof.size() == 2);
    CHECK(ScramClientFinal::parse("c=biws,r=both,ext=1,p=AQI=")->without_proof == "c=biws,r=both,ext=1");
    for (const std::string_view message :
         {"", "c=biws,r=both", "c=biws,p=AQI=", "r=both,c=biws,p=AQI=", "c=biw,r=both,p=AQI=", "c=biws,r=both,p=AQI",
          "c=biws,r=,p=AQI=", "c=biws,r=both,p=AQI=,x=1", "p=AQI="}) {
        CHECK_MESSAGE(!ScramClientFinal::parse(message), message);
    }
}

TEST_CASE("RFC 5802 §7: what the broker says") {
    CHECK(scram_server_first("nonce", as_byte_view("salt"), 4096) == "r=nonce,s=c2FsdA==,i=4096");
    CHECK(scram_server_final(as_byte_view("sign")) == "v=c2lnbg==");
}
