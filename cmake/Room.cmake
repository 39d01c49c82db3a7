# cudal1_room(<name> SOURCES a.cpp … LINK targets…): one static library per room of the architecture.
# cudal1_test(<name> SOURCES … LINK … LABELS …): one GoogleTest executable, its cases found by CTest.
add_library(cudal1_flags INTERFACE)
target_include_directories(cudal1_flags INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_options(cudal1_flags INTERFACE -Wall -Wextra -Wno-missing-field-initializers
  -Wno-restrict -Wno-stringop-overflow)  # g++ 12: false alarms inside std::string (GCC bug 105651)

function(cudal1_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(cudal1_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(cudal1_${name} PUBLIC cudal1_flags PRIVATE ${ARG_LINK})
endfunction()

function(cudal1_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE cudal1_flags ${ARG_LINK} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE CUDAL1_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                  CUDAL1_BINARY_DIR="${CMAKE_BINARY_DIR}")
  set_target_properties(${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. PROPERTIES LABELS "${ARG_LABELS}"
                       DISCOVERY_MODE PRE_TEST)
endfunction()

# ATen's headers cost half a minute of compile time: compiled once, in the room execute, for every unit that needs them.
# The flags must be those they were compiled with, so an executable is compiled with -fPIC too.
function(cudal1_share_aten_headers target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF DEFINE_SYMBOL "")
  target_compile_options(${target} PRIVATE -fPIC)
  target_precompile_headers(${target} REUSE_FROM cudal1_execute)
endfunction()
