#include "simulator/report/page.hpp"

#include "simulator/report/chart.hpp"
#include "simulator/report/page_style.hpp"

namespace trunkline::sim {

std::string page(const std::string& title, const std::string& body) {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
           "content=\"width=device-width, initial-scale=1\">\n<title>" +
           escaped(title) + "</title>\n<style>" + std::string(page_style) + "</style></head>\n<body><main>\n" + body +
           "</main></body></html>\n";
}

}  // namespace trunkline::sim
