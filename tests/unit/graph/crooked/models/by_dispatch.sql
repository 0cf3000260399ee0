select * from ({{ pkg.of_the_package() }})
