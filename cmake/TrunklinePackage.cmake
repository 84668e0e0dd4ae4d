# What is installed, and the Debian package of it: cmake --install build, or cpack --config build/CPackConfig.cmake.

include(GNUInstallDirs)

install(TARGETS trunkline-broker trunkline-gateway trunkline-sim RUNTIME)
install(FILES README.md CHANGELOG.md LICENSE packaging/debian/copyright TYPE DOC)
install(DIRECTORY docs TYPE DOC)
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/trunkline)
# Where they are looked for, whatever the prefix.
install(FILES packaging/trunkline-broker.service packaging/trunkline-gateway.service DESTINATION lib/systemd/system)
install(FILES packaging/sysusers.conf DESTINATION lib/sysusers.d RENAME trunkline.conf)
# The services' user reads what is there, whatever the umask of who installs.
install(DIRECTORY DESTINATION /etc/trunkline DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(FILES packaging/broker.json packaging/gateway.json DESTINATION /etc/trunkline)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "Trunkline maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION
  "trunkline-broker speaks MQTT 3.1, 3.1.1 and 5.0; trunkline-gateway brings sensors that speak MQTT-SN 1.2 over UDP or
DTLS to any broker; trunkline-sim lets devices, links and failures meet them under a virtual clock or over real sockets.
Services for broker and gateway are installed, and started by whoever wants them.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/packaging/permissions.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers")  # who makes the user
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${PROJECT_SOURCE_DIR}/packaging/debian/conffiles
  ${PROJECT_SOURCE_DIR}/packaging/debian/postinst
  ${PROJECT_SOURCE_DIR}/packaging/debian/prerm
  ${PROJECT_SOURCE_DIR}/packaging/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
