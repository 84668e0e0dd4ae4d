# How every library, program and test of Trunkline is made. Nothing here is global: the options travel on the
# interface target trunkline_options.

option(TRUNKLINE_PROGRAMS "Build what needs Asio: transports, drivers, the three programs" ON)
option(TRUNKLINE_TESTS "Build the tests" ON)
option(TRUNKLINE_BENCHMARKS "Build the benchmarks (Google Benchmark)" OFF)
option(TRUNKLINE_WARNINGS_AS_ERRORS "Stop at warnings (presets switch it on; packagers need not)" OFF)
set(TRUNKLINE_SANITIZE "" CACHE STRING "Sanitizers for everything, as for -fsanitize= (address,undefined or thread)")

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

add_library(trunkline_options INTERFACE)
target_compile_features(trunkline_options INTERFACE cxx_std_20)
target_include_directories(trunkline_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(trunkline_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  # A virtual run is the same to the byte in every build: no fused multiply-add, no value that depends on -O.
  -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns falsely about the value of an empty std::optional and about short strings (GCC bugs 80635, 105651).
  target_compile_options(trunkline_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(TRUNKLINE_WARNINGS_AS_ERRORS)
  target_compile_options(trunkline_options INTERFACE -Werror)
endif()
if(CMAKE_UNITY_BUILD)
  # Several files are compiled as one: what one file keeps to itself is no global of its neighbour.
  target_compile_options(trunkline_options INTERFACE -Wno-shadow)
endif()
if(TRUNKLINE_SANITIZE)
  target_compile_options(trunkline_options INTERFACE -fsanitize=${TRUNKLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(trunkline_options INTERFACE -fsanitize=${TRUNKLINE_SANITIZE})
endif()
if(TRUNKLINE_SANITIZE MATCHES "thread")
  # The thread sanitizer does not know fences; Asio's queues have mutexes besides.
  target_compile_definitions(trunkline_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

# trunkline_library(base SOURCES a.cpp a.hpp LINKS trunkline::x PRIVATE_LINKS y)
# One per folder; a folder of headers alone becomes an INTERFACE library. LINKS is for what headers include.
function(trunkline_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;PRIVATE_LINKS")
  set(compiled ${arg_SOURCES})
  list(FILTER compiled INCLUDE REGEX "\\.cpp$")
  if(compiled)
    add_library(trunkline_${name} STATIC ${arg_SOURCES})
    target_link_libraries(trunkline_${name} PUBLIC trunkline_options ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  else()
    add_library(trunkline_${name} INTERFACE ${arg_SOURCES})
    target_link_libraries(trunkline_${name} INTERFACE trunkline_options ${arg_LINKS})
  endif()
  add_library(trunkline::${name} ALIAS trunkline_${name})
endfunction()

# trunkline_runs_seldom(trunkline_sim_report)
# What is run at starts and ends only: it is compiled in two thirds of the time.
function(trunkline_runs_seldom target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# trunkline_program(trunkline-broker SOURCES main.cpp LINKS trunkline::broker_net)
function(trunkline_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE trunkline_options ${arg_LINKS})
  target_compile_definitions(${name} PRIVATE TRUNKLINE_VERSION="${PROJECT_VERSION}")
endfunction()

# trunkline_test(protocol_base_test SOURCES instant_test.cpp LINKS trunkline::base)
# One executable and one ctest entry per folder; single cases are chosen with -tc="*MQTT-3.1.2-22*".
function(trunkline_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE trunkline_options trunkline_test_main ${arg_LINKS})
  # A test's own code needs no speed: half the time to compile it.
  target_compile_options(${name} PRIVATE -O0)
  # Most of what is left is headers: the more files see them at once, the better.
  set_target_properties(${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 16)
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# trunkline_benchmark(protocol_mqtt_bench SOURCES codec_bench.cpp LINKS trunkline::mqtt)
# One executable per folder, whose name ends in _bench; all of them are the target "benchmarks".
function(trunkline_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE trunkline_options trunkline_benchmark_main ${arg_LINKS})
  add_dependencies(benchmarks ${name})
endfunction()
