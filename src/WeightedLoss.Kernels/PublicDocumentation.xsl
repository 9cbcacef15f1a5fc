<?xml version="1.0" encoding="utf-8"?>
<!-- Leaves what only generated code uses out of the documentation file. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output encoding="utf-8" indent="yes" />
  <xsl:strip-space elements="doc assembly members member" />
  <xsl:template match="@*|node()">
    <xsl:copy><xsl:apply-templates select="@*|node()" /></xsl:copy>
  </xsl:template>
  <xsl:template match="member[starts-with(substring(@name, 3), 'WeightedLoss.Runtime.') or starts-with(substring(@name, 3), 'WeightedLoss.Generated.')]" />
</xsl:stylesheet>
