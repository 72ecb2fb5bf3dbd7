"""The protected document service; replace it to put your own behind Ballast."""
